/** Promises in English, as folded words: "we'll" is "we will", "can't" is "can not", hyphens are spaces. */
import type { Patterns } from './categories.ts';

const WE = 'i|we';
const SURELY =
  'can|do|will|would|could|hereby|fully|absolutely|personally|also|even|always|definitely|really|certainly|gladly|happily';
const WHAT =
  'refund|refunds|approval|delivery|compensation|reimbursement|acceptance|upgrade|success|satisfaction|results|result|repayment|price|prices';
const SO = 'completely|perfectly|totally|absolutely|entirely|100_%|quite';
/** "Take it on board" is about luggage. */
const ELSEWHERE =
  'on|onto|aboard|out|off|along|home|back|away|to|in|into|through|down|apart|up|over|as|abroad|hand|carry|bag|bags|luggage';

export const ENGLISH: Patterns = {
  guarantee: [
    `${WE} ${SURELY}? ${SURELY}? guarantee|guaranteed !nothing|no|neither`,
    `i|we ${SURELY}? ${SURELY}? promise|swear|vow|pledge you? that? you|your|it|this|we|i|the|he|she|they ..3 will|shall|get|receive|have|are|is|can`,
    `i|we ${SURELY}? ${SURELY}? promise|swear|vow|pledge you? that? a|an|full|to full|complete|total|refund|compensation|to_refund|to_pay|to_compensate|to_reimburse`,
    'i|we can? assure you that? you will|shall definitely|certainly|surely? get|receive|have|be_refunded|be_compensated|be_reimbursed|be_approved|win',
    `${WHAT} is|are|will_be|being? 100? %|percent? fully|absolutely|completely|totally|hereby? guaranteed !by|under`,
    `100 %|percent ..2 guarantee|guaranteed|guarantees`,
    `guaranteed full|complete|100|total|immediate? %|percent? refund|refunds|approval|compensation|reimbursement|acceptance|delivery|success|results`,
    'you have|got my|our word',
    'i|we give|am_giving|are_giving you my|our word',
    'that|this|it is a promise|guarantee',
    'mark my words',
  ],
  binding: [
    'legally binding',
    'this|that|it|which|my|our|the offer|quote|price|promise|agreement|deal|statement|commitment|confirmation|word? is|are|becomes|shall_be|will_be ..2 binding',
    'binding offer|commitment|promise|quote|guarantee',
    'no takesies backsies',
    'you can|may hold us|me to this|that|it in court|legally',
    'this|that|my|our message|reply|chat|answer|offer|conversation? is|constitutes|counts_as|serves_as a|an? legal|legally|valid|enforceable|written? contract',
  ],
  liability: [
    'i|we|company|airline|management|shop|store|bank fully|hereby|do|officially|also? admit|accept|acknowledge|assume|concede|admits|accepts|acknowledges|assumes any|all|full|the|our|legal|complete|sole? legal? liability|fault|guilt|negligence|wrongdoing|blame',
    'i|we accept|take|assume|admit full|all|legal|complete|sole|the? legal? responsibility for any|all|the|your|this? ..2 damage|damages|loss|losses|injury|injuries|accident|harm',
    'we|company|airline are|is|were|was|am fully|legally|solely|entirely|clearly|indeed? liable|negligent|at_fault|legally_responsible',
    'due|owing to our own? negligence',
    'this|it|that is|was entirely|legally|solely|completely|all our|my fault',
  ],
  damages: [
    `we|i|company|airline will|shall|are_going_to|am_going_to|promise_to|agree_to|can|must|would ..2 pay|compensate|reimburse|cover|indemnify|refund ..5 damages|damage|loss|losses|harm|injuries|injury|suffering`,
    `we|i|company|airline will|shall|are_going_to|am_going_to|promise_to|agree_to|can ..2 pay|reimburse|cover ..4 legal|medical|lawyer*|attorney*|hospital fees|costs|bills|expenses|fee|bill`,
    'we|i will|shall|can ..1 pay|reimburse|compensate|cover|refund ..2 any_and_all|whatever_it_costs|everything_you_lost',
  ],
  outcome: [
    'i|we|you|it|they will|shall|can ..1 get|receive|refund|pay|have|arrive|approve|cover|be_refunded|be_paid|be_approved|be_covered|be_there|be_delivered|compensate|reimburse ..9 no_matter_what|under_all_circumstances|in_all_circumstances|without_any_conditions|unconditionally|come_what_may',
    'no_matter_what|under_all_circumstances|in_all_circumstances|come_what_may happens|comes? ,? ..2 you|i|we|it will|shall ..1 get|receive|refund|pay|have|arrive|approve|cover|be_refunded|be_paid|be_approved|be_delivered|compensate|reimburse',
    'nothing can|could|will possibly? go wrong',
  ],
  medical: [
    'is|are|it_is|will_be completely|perfectly|totally|absolutely|entirely|100_%|quite? safe for you to take|combine|mix|use|stop|skip|drink|eat',
    'it|this is completely|perfectly|totally|absolutely|entirely|100_%|quite? safe to take|combine|mix|stop|skip ..3 medicine|medicines|medication|medications|drug|drugs|pills|tablets|dose|doses|antibiotics|insulin|alcohol',
    `it_is|its|this_is|they_are|theyre|these_are|both_are ${SO} safe to take|combine|mix|swallow them|it|these|this|those|both|the_two|your|with !${ELSEWHERE}`,
    'it_is|its|this_is|they_are|theyre|these_are|both_are safe to take|combine|mix|swallow them|these|those|both|the_two? with|together_with wine|beer|alcohol|them|these|those|each_other|one_another|your',
    'you do_not|need_not|no_longer need|have to see|consult|visit|call|ask a|your|any doctor|physician',
    'you do not need a doctor !s|note|letter|certificate|statement',
    'there is no need to see|consult|visit|call|ask a|your|any doctor|physician',
    'you can|should|may|must just|safely|simply? stop|skip|double|quit taking|using|your|the|a ..1 medicine|medication|medications|pills|tablets|dose|insulin|antibiotics|drugs',
    'will|can|shall definitely|certainly|surely|completely? cure|heal you|your|the|this',
    'you definitely|certainly|clearly|surely|obviously have|suffer ..2 cancer|diabetes|infection|flu|depression|covid|migraine|stroke|pneumonia|disease',
    'as your doctor|physician|nurse|therapist',
  ],
  legal: [
    'you will|shall|would|are_going_to definitely|certainly|surely|easily|absolutely? win your|the|this|that|any|in case|lawsuit|claim|trial|court|suit',
    'you do not need|have to? a|any|consult|hire? a? lawyer|attorney|solicitor',
    'as your lawyer|attorney|solicitor|legal',
    'you can|could|will not|never be sued|prosecuted|fined|arrested|held_liable',
    'this|that|it is perfectly|completely|totally|absolutely|entirely|100_% legal|lawful',
  ],
  financial: [
    'guaranteed|risk_free|riskless annual|monthly|high? return|returns|profit|profits|investment|investments|gains|yield|income',
    'you can|will|shall|could not|never possibly|ever? lose any|your|a? money|savings|cent|penny|investment',
    'you will|shall|are_going_to definitely|certainly|surely|easily double|triple your|the money|investment|savings',
    'price|prices|stock|stocks|shares|market|value|bitcoin will|is_going_to|are_going_to definitely|certainly|surely|always rise|go_up|increase|recover|double',
    'as your financial|investment|tax adviser|advisor',
  ],
  price: [
    'sell|give|have|yours|take|you_get|let|offer|agreed|agree|deal ..7 for only|just? $ 1 00? usd|dollars? !more|extra|additional|per|a|each|every|off|0*|1*|2*|3*|4*|5*|6*|7*|8*|9*',
    'sell|give|have|yours|take|you_get|let|offer|agreed|agree|deal ..7 for only|just? 1|one dollar|buck|euro|pound|usd|cent !more|extra|additional|per|a|each|every|off',
    'we|i will|shall|can|always|would|do !not|never ..1 match|beat any|every|their|that|this|competitor*|the|all ..3 price|prices|offer|offers|quote|deal|rate|fare',
    'we|i always|also|gladly|happily|even|simply? match|beat any|every|competitor*|their ..3 price|prices|offer|offers|quote|deal|rate|fare',
    'free of_charge? for life|ever|your_whole_life|the_rest_of_your_life',
    'free forever',
    'you will never|not_ever have to pay anything|again|a|for|any',
  ],
  refund: [
    'i|we will|shall|are_going_to|can|am_going_to ..1 refund|reimburse you|your|the|it|this|everything|all',
    'i|we will|shall|are_going_to|can ..1 give|pay|send|issue|get you? ..3 refund|money_back|reimbursement',
    'you will|shall|are_going_to ..1 get|receive|be ..4 refund|refunded|money_back|reimbursed|reimbursement',
  ],
  discount: [
    'i|we will|shall|can|am_going_to|are_going_to ..1 give|offer|apply|add|send|grant you|your|a|an|the ..5 discount|discounts|voucher|upgrade|coupon|credit|%_off|percent_off|for_free|free_of_charge',
    'you will|shall|can ..1 get|receive|have ..4 discount|voucher|upgrade|coupon|%_off|percent_off|for_free|free_of_charge',
  ],
  deadline: [
    'will|shall definitely|certainly|surely? arrive|be_delivered|be_there|be_fixed|be_resolved|be_ready|reach_you|be_shipped|ship|be_processed ..4 by|today|tomorrow|tonight|within|before|in|on',
  ],
};
